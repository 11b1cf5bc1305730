"""Everything that touches the world: plans, runs, reports."""
