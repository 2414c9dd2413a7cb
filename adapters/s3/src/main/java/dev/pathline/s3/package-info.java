/** The registry in a bucket of S3, or of a server that speaks its protocol. */
@NullMarked
package dev.pathline.s3;

import org.jspecify.annotations.NullMarked;
