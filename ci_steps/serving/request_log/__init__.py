"""An optional record of what was asked and answered, for monitoring: sampled, and without personal values."""
