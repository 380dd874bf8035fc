package pdf

import (
	"encoding/binary"
	"math"
)

const (
	profileName    = "sRGB IEC61966-2.1"
	profileHeader  = 128
	profileEntry   = 12
	curveSamples   = 1024
	fixedPointUnit = 65536
	tagAlign       = 4
)

// colourProfile builds the ICC profile of sRGB: three primaries and one tone
// curve, as the standard defines them. PDF/A wants it inside the file.
func colourProfile() []byte {
	curve := toneCurve()
	tags := []profileTag{
		{"desc", describe(profileName)},
		{"cprt", append([]byte("text\x00\x00\x00\x00"), "CC0\x00"...)},
		{"wtpt", colourPoint(0.9505, 1, 1.0891)},
		{"rXYZ", colourPoint(0.43607, 0.22249, 0.01392)},
		{"gXYZ", colourPoint(0.38515, 0.71687, 0.09708)},
		{"bXYZ", colourPoint(0.14307, 0.06061, 0.7141)},
		{"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve},
	}
	table, data := profileTags(tags)
	out := append(profileHead(), table...)
	out = append(out, data...)
	binary.BigEndian.PutUint32(out, uint32(len(out)))
	return out
}

type profileTag struct {
	name string
	data []byte
}

func profileHead() []byte {
	head := make([]byte, profileHeader)
	copy(head[8:], "\x02\x10\x00\x00")
	copy(head[12:], "mntrRGB XYZ ")
	// The date of the profile, the first of January 2026.
	for i, value := range []uint16{2026, 1, 1} {
		binary.BigEndian.PutUint16(head[24+2*i:], value)
	}
	copy(head[36:], "acsp")
	// The illuminant that all profiles are relative to, D50.
	copy(head[68:], fixedPoints(0.9642, 1, 0.82491))
	return head
}

// profileTags returns the tag table and the data behind it.
func profileTags(tags []profileTag) (table, data []byte) {
	table = binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	base := profileHeader + len(table) + len(tags)*profileEntry
	for _, tag := range tags {
		for len(data)%tagAlign != 0 {
			data = append(data, 0)
		}
		table = append(table, tag.name...)
		table = binary.BigEndian.AppendUint32(table, uint32(base+len(data)))
		table = binary.BigEndian.AppendUint32(table, uint32(len(tag.data)))
		data = append(data, tag.data...)
	}
	return table, data
}

func fixedPoints(values ...float64) []byte {
	var out []byte
	for _, value := range values {
		out = binary.BigEndian.AppendUint32(out, uint32(int32(math.Round(value*fixedPointUnit))))
	}
	return out
}

func colourPoint(x, y, z float64) []byte {
	return append([]byte("XYZ \x00\x00\x00\x00"), fixedPoints(x, y, z)...)
}

// describe writes a text in the old form: ASCII, and empty forms for others.
func describe(text string) []byte {
	const otherForms = 4 + 4 + 2 + 1 + 67
	out := append([]byte("desc\x00\x00\x00\x00"), binary.BigEndian.AppendUint32(nil, uint32(len(text)+1))...)
	out = append(append(out, text...), 0)
	return append(out, make([]byte, otherForms)...)
}

// toneCurve samples the transfer function of sRGB.
func toneCurve() []byte {
	out := append([]byte("curv\x00\x00\x00\x00"), binary.BigEndian.AppendUint32(nil, curveSamples)...)
	for i := range curveSamples {
		value := float64(i) / (curveSamples - 1)
		if value <= 0.04045 {
			value /= 12.92
		} else {
			value = math.Pow((value+0.055)/1.055, 2.4)
		}
		out = binary.BigEndian.AppendUint16(out, uint16(math.Round(value*math.MaxUint16)))
	}
	return out
}
