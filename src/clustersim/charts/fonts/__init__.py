"""The font of Korean pictures, and how it is made."""
