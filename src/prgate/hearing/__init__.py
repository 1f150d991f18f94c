"""What people said to the gate, and whether it counts."""
