"""THE ONE PLACE that decides who sees what and who may do what (权限).

`visible_to(actor)` decides sight (else 404), `require(actor, capability, record)` decides deeds (else 403),
`who_may(capability, organisation)` answers to-do lists.
"""
