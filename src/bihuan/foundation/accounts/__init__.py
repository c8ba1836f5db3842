"""Users, login, second factor, API tokens (用户与登录)."""
