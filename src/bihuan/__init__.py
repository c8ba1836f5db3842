"""bihuan (闭环): closed-loop supervision of metallurgy and industry-trade safety."""

__version__ = "0.1.0"
