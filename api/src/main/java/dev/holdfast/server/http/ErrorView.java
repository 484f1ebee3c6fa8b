package dev.holdfast.server.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.admin.Failure;

/** JSON of an error. */
public record ErrorView(@JsonProperty("class") String type, String message) {
    public static ErrorView of(Failure failure) {
        return new ErrorView(failure.type(), failure.message());
    }
}
