"""What several test folders share: waiting, kubectl, the audit log, a running operator."""
