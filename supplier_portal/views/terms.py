"""Whether the company accepts the terms, or with which qualifications."""
