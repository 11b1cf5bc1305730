import java.lang.annotation.Retention
import java.lang.annotation.RetentionPolicy

/** `@Library('name@version') _` at the head of a Jenkinsfile; the controller reads it from the text. */
@Retention(RetentionPolicy.RUNTIME)
@interface Library { String[] value() }
