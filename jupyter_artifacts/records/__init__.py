"""The nouns, as plain data. What a field means stands beside the field.

Times are seconds since 1970 in UTC (float), sizes are bytes (int), durations are
seconds (float). Records are immutable; they travel as JSON by `msgspec`.
"""
