"""What can happen in the enterprise file that higher apps may want to know."""

REGISTERED = "enterprises.registered"
UPDATED = "enterprises.updated"
REGISTERED_MANY = "enterprises.registered_many"
UPDATED_MANY = "enterprises.updated_many"
TENANT_WITHOUT_AGREEMENT = "enterprises.tenant_without_agreement"
AGREEMENT_SIGNED = "enterprises.agreement_signed"
