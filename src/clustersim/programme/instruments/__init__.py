"""What support can be: one small spec for each instrument, over one life of projects."""
