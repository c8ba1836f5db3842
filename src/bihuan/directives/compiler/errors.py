"""The one exception of the compiler: a stable code and a Chinese message that says what to do."""

MESSAGES: dict[str, str] = {
    "missing": "找不到文件，请检查路径后重试。",
    "empty": "文件没有文字内容，请换一个有正文的文件。",
    "encrypted": "文件已加密，请先解除密码保护再上传。",
    "too_large": "文件超过 300 MB，请拆分或压缩图片后再上传。",
    "zip_bomb": "文件解压后体积异常，已拒绝打开；请用办公软件另存后再上传。",
    "damaged": "文件已损坏或格式与扩展名不符，请用办公软件打开并另存后再上传。",
    "unsupported": "不支持这种文件，请提供 .txt、.docx、.pdf 或 .ofd。",
    "not_a_notice": "没有读出通知的条款或要求，请确认上传的是通知正文。",
    "ocr_missing": "这是扫描件，需要文字识别组件：请安装 bihuan[ocr]，或提供带文字层的文件。",
    "too_long": "正文超过 200 万字，请按附件拆分后再上传。",
}


class CompileError(Exception):
    """A notice cannot be read. ``code`` is stable for programs, ``message`` is for people (Chinese)."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.message = MESSAGES[code] + (f"（{detail}）" if detail else "")
        super().__init__(self.message)
