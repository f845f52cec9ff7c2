"""Tables of answers, made from a store's shards and nothing else.

Every function here is pure: tables of single replicates and the tasks they came from go in, a
tidy table goes out. A replicate is one (draw, luck) pair; see `clustersim.evaluation.replicates`
for what counts as an independent one.
"""
