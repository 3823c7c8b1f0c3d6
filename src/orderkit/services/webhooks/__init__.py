"""What providers tell by themselves: kept, asked about where it is not believed, and booked."""
