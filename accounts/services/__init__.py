"""What is done to an account, each by one function. None of them sees a request."""
