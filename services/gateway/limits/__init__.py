"""What one request may ask for, and what a query would cost, judged before it runs."""
