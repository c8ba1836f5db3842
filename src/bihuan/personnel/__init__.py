"""People with safety posts (人员与岗位): appointments, certificates, and which posts a firm must fill. Must not know hazards."""
