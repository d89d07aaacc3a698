"""The demonstration: a made-up borough, three made-up suppliers, and a tender at each stage."""
