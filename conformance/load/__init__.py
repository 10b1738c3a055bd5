"""A service under load: virtual clients on Locust, and the lifecycle model that watches them."""
