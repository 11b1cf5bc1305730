"""What the service's description says of requests and answers, as JSON Schema 2020-12."""
