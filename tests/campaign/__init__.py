"""The notice's campaign as it really ran: 2024-12-11 to 2025-03-31, Friday by Friday."""
