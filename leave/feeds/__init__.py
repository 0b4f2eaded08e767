"""日历订阅: a secret address from which a telephone's calendar reads who is away."""
