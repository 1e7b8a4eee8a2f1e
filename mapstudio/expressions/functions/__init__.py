"""The functions of expressions. Importing this package declares all of them."""

from mapstudio.expressions.functions import choice, countries, dates, links, lists, numbers, phones, text, types
from mapstudio.expressions.functions.declared import FUNCTIONS

__all__ = ["FUNCTIONS", "choice", "countries", "dates", "links", "lists", "numbers", "phones", "text", "types"]
