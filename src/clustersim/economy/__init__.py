"""Firms and what moves them; it never sees the programme."""
