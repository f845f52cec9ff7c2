"""What policy does: money, calls, projects, Inno-Core; it reaches firms through channels."""
