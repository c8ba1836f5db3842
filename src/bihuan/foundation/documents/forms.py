"""Input of the template pages."""

from django import forms


class TemplateForm(forms.Form):
    """The installation's own version of a template."""

    file = forms.FileField(
        label="模板文件（.docx）",
        help_text="先下载现用模板，在 WPS 或 Word 中修改版式和文字，保留 {{ … }} 标记，再上传。上传后先用样例试填，有误不会生效。",
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
    )
