"""Posts with their official words."""

from django.db import models


class Post(models.TextChoices):
    """Safety posts of a firm."""

    SAFETY_DIRECTOR = "safety_director", "安全总监（安全副总）"
    SAFETY_BODY = "safety_body", "安全管理机构负责人"
    FULL_TIME = "full_time", "专职安全管理人员"
    PART_TIME = "part_time", "兼职安全管理人员"
    ENGINEER = "engineer", "注册安全工程师"
    TECHNICAL = "technical", "安全技术人员"
