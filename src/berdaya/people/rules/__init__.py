"""Pure rules about what people write of themselves: numbers, names, dates, phones, money. No database."""
