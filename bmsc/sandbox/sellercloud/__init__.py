"""The SellerCloud half of the sandbox: one tenant in memory behind the REST paths of the real one."""
