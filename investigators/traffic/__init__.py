"""Which requests carry something: the smallest segment, and since and until when."""
