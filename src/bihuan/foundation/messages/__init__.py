"""To-dos and messages (待办与消息), and the channels that carry them."""
