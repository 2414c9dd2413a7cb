/** Errors as problem documents (RFC 9457) that clients of both dialects understand, and the request ids in them. */
@NullMarked
package dev.pathline.api.error;

import org.jspecify.annotations.NullMarked;
