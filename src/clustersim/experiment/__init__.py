"""Many pairs of worlds: which to run, in which processes, and where their shards are kept.

``plan`` says which pairs, ``task`` runs one, ``executors`` runs many, ``shard`` lists the columns
a pair leaves behind, ``store`` keeps them on disk.
"""
