"""The organisation tree (组织机构): province > city > county > enterprise, memberships and roles."""
