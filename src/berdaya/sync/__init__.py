"""Push and pull of field devices (DESIGN 3.9); empty until the field app's issue.

Visits already keep named outcomes.
"""
