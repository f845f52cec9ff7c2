from energy_audit import EnergyAudit

from clustersim.programme.instruments.contract import InstrumentContract


class TestEnergyAudit(InstrumentContract):
    instrument = EnergyAudit
