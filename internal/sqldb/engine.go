package sqldb

import (
	"encoding/json"
	"time"
)

// AnyOf returns the condition that a text column is one of a list given as one argument, made by ListArg:
// "name " + engine.AnyOf("$2").
func (e Engine) AnyOf(placeholder string) string {
	if e == PostgreSQL {
		return "= any(" + placeholder + "::text[])"
	}
	return "in (select value from json_each(" + placeholder + "))"
}

// ListArg returns the argument for AnyOf. An empty list matches nothing.
func (e Engine) ListArg(values []string) any {
	if values == nil {
		values = []string{}
	}
	if e == PostgreSQL {
		return values
	}
	text, err := json.Marshal(values)
	if err != nil {
		return err // cannot happen for strings; the engine refuses the argument by its type
	}
	return string(text)
}

// Micros returns a time as it is stored: microseconds since 1970 in UTC. What is finer is cut off.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// Time returns a stored time, in UTC.
func Time(micros int64) time.Time { return time.UnixMicro(micros).UTC() }
