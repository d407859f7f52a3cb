"""What people open or subscribe to: pages, calendars, spreadsheets, the explorer."""
