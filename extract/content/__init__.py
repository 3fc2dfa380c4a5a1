"""Choose the part of a page that is the policy's text.

Menus, footers, banners and similar parts are left out.
"""
