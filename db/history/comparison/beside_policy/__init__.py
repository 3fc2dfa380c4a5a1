"""What stands beside the policy on its page, recognised in two texts: menus, footers, lists of versions."""
