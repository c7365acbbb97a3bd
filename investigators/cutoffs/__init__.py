"""The decision as a function of the score: the rule that most follow, and what departs from it."""
