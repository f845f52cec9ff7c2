"""Joint research is research: its own terms hold, not those of tasks in general."""

from __future__ import annotations

from clustersim.programme.instruments.joint_research import JointResearch
from clustersim.programme.research import ResearchTerms


def test_joint_research_is_agreed_on_the_terms_of_research():
    research, joint = ResearchTerms(), JointResearch()
    for name in ResearchTerms.model_fields:
        assert getattr(joint, name) == getattr(research, name), name
        assert (
            JointResearch.model_fields[name].metadata == ResearchTerms.model_fields[name].metadata
        )
