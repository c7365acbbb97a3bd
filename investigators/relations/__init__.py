"""Relations between inputs: which hold in training, whether they hold live, what broke them."""
