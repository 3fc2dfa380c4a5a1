"""Send news: to services of Apprise by the name of their definition, and to a command of the user."""
