"""What papers print and claim, judged."""
