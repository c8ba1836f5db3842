"""Pages of sign-in (登录) and of one's own account (我的账号)."""
