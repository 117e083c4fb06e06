"""Pure rules of training: scores, matching of people to classes, explanations, attendance."""
