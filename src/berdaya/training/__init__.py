"""Training: village resources, courses and classes, matching of people to seats, attendance, certificates."""
