"""The table of actions, and the menus, toolbar, command palette and list of shortcuts that are made from it."""
