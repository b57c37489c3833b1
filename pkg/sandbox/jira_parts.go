package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"time"
	"unicode/utf8"
)

type jiraComment struct {
	id     int64
	author *jiraUser
	body   any
	at     time.Time
}

type jiraFile struct {
	id       int64
	name     string
	mimeType string
	data     []byte
	at       time.Time
	author   *jiraUser
}

func (j *jira) comment(c *call, i *jiraIssue, m *jiraComment) object {
	return object{
		"self": fmt.Sprintf("%s/comment/%d", i.self(c), m.id), "id": fmt.Sprint(m.id), "author": j.person(c, m.author), "body": m.body,
		"updateAuthor": j.person(c, m.author), "created": jiraTime(m.at), "updated": jiraTime(m.at), "jsdPublic": true,
	}
}

// newComment makes a comment of a body; what only the tracker may set is refused.
func (j *jira) newComment(c *call, in object) (*jiraComment, string) {
	for name := range in {
		if !slices.Contains([]string{"body", "visibility", "properties", "jsdPublic", "parentId"}, name) {
			return nil, fmt.Sprintf("Unrecognized field \"%s\"", name)
		}
	}
	body := in["body"]
	if body == nil || body == "" {
		return nil, "Comment body can not be empty!"
	}
	if why := checkRich(body, c.adf()); why != "" {
		return nil, why
	}
	return &jiraComment{id: j.nextID(), author: j.self, body: body, at: c.now}, ""
}

func (j *jira) listComments(c *call, i *jiraIssue) answer {
	return sliced(c, "comments", i.comments, func(m *jiraComment) object { return j.comment(c, i, m) })
}

func (j *jira) addComment(c *call, i *jiraIssue) answer {
	var in object
	if refused := jiraDecode(c, &in); refused != nil {
		return *refused
	}
	m, why := j.newComment(c, in)
	if why != "" {
		return jiraInvalid(map[string]string{"comment": why})
	}
	i.comments = append(i.comments, m)
	i.updated = c.now
	return created(j.comment(c, i, m))
}

func wireLink(c *call, i *jiraIssue, l *RemoteLink) object {
	o := object{"id": l.ID, "self": fmt.Sprintf("%s/remotelink/%d", i.self(c), l.ID), "object": l.Object}
	if l.GlobalID != "" {
		o["globalId"] = l.GlobalID
	}
	return o
}

func (i *jiraIssue) link(globalID string) *RemoteLink {
	for _, l := range i.links {
		if l.GlobalID == globalID && globalID != "" {
			return l
		}
	}
	return nil
}

func (j *jira) listLinks(c *call, i *jiraIssue) answer {
	if id := c.query.Get("globalId"); id != "" {
		if l := i.link(id); l != nil {
			return ok(wireLink(c, i, l))
		}
		return jiraError(http.StatusNotFound, fmt.Sprintf("A remote link with global id '%s' does not exist.", id))
	}
	out := []object{}
	for _, l := range i.links {
		out = append(out, wireLink(c, i, l))
	}
	return ok(out)
}

// putLink makes a link (201), or gives the one with that globalId a new content (200).
func (j *jira) putLink(c *call, i *jiraIssue) answer {
	var in struct {
		GlobalID string `json:"globalId"`
		Object   object `json:"object"`
	}
	if refused := jiraDecode(c, &in); refused != nil {
		return *refused
	}
	wrong := map[string]string{}
	for _, name := range []string{"url", "title"} {
		if s, _ := in.Object[name].(string); s == "" {
			wrong[name] = fmt.Sprintf("'%s' is required.", name)
		}
	}
	if units(in.GlobalID) > 255 {
		wrong["globalId"] = "'globalId' can't exceed 255 characters."
	}
	if len(wrong) > 0 {
		return jiraInvalid(wrong)
	}
	status, l := http.StatusOK, i.link(in.GlobalID)
	if l == nil {
		status, l = http.StatusCreated, &RemoteLink{ID: j.nextID(), GlobalID: in.GlobalID}
		i.links = append(i.links, l)
	}
	l.Object, i.updated = in.Object, c.now
	l.URL, _ = in.Object["url"].(string)
	l.Title, _ = in.Object["title"].(string)
	return answer{status: status, body: object{"id": l.ID, "self": wireLink(c, i, l)["self"]}}
}

func (f *jiraFile) public(site string) Attachment {
	at := fmt.Sprintf("%s/secure/attachment/%d/%s", site, f.id, url.PathEscape(f.name))
	return Attachment{ID: fmt.Sprint(f.id), Filename: f.name, MimeType: f.mimeType, Size: len(f.data), Content: at}
}

func (j *jira) fileObject(c *call, f *jiraFile) object {
	at := fmt.Sprintf("%s/attachment/content/%d", c.rest(), f.id)
	if !j.cloud { // which has no such path
		at = f.public(c.site).Content
	}
	return object{
		"self": fmt.Sprintf("%s/attachment/%d", c.rest(), f.id), "id": fmt.Sprint(f.id), "filename": f.name, "author": j.person(c, f.author),
		"created": jiraTime(f.at), "size": len(f.data), "mimeType": f.mimeType, "content": at,
	}
}

// attach takes every part named file. What type a file has Jira judges itself.
func (j *jira) attach(c *call, i *jiraIssue) answer {
	if check := c.request.Header.Get("X-Atlassian-Token"); check != "no-check" && check != "nocheck" {
		return answer{status: http.StatusForbidden, body: []byte("XSRF check failed")}.with("Content-Type", "text/html;charset=UTF-8")
	}
	kind, params, err := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return jiraError(http.StatusUnsupportedMediaType, "Expected multipart/form-data")
	}
	var files []*jiraFile
	for r := multipart.NewReader(bytes.NewReader(c.body), params["boundary"]); ; {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return jiraError(http.StatusBadRequest, "The multipart body could not be read.")
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return jiraError(http.StatusBadRequest, "The multipart body could not be read.")
		}
		if part.FormName() == "file" && part.FileName() != "" {
			files = append(files, &jiraFile{id: j.nextID(), name: path.Base(part.FileName()), mimeType: http.DetectContentType(data), data: data, at: c.now, author: j.self})
		}
	}
	if len(files) == 0 {
		return jiraError(http.StatusBadRequest, "No file in the part named 'file'.")
	}
	i.files, i.updated = append(i.files, files...), c.now
	out := []object{}
	for _, f := range files {
		out = append(out, j.fileObject(c, f))
	}
	return ok(out)
}

func (j *jira) file(id string) *jiraFile {
	for _, i := range j.issues {
		for _, f := range i.files {
			if fmt.Sprint(f.id) == id {
				return f
			}
		}
	}
	return nil
}

func (j *jira) getAttachmentMeta(c *call) answer {
	if f := j.file(c.params["id"]); f != nil {
		return ok(j.fileObject(c, f))
	}
	return jiraError(http.StatusNotFound, fmt.Sprintf("The attachment with id '%s' does not exist", c.params["id"]))
}

func (j *jira) getAttachmentContent(c *call) answer {
	f := j.file(c.params["id"])
	if f == nil {
		return j.getAttachmentMeta(c)
	}
	return ok(f.data).with("Content-Type", f.mimeType).with("Content-Disposition", "attachment")
}

type jiraProperty struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

func (i *jiraIssue) setProperty(key string, value json.RawMessage) string {
	switch {
	case key == "" || utf8.RuneCountInString(key) > 255:
		return "The property key must have between 1 and 255 characters."
	case !json.Valid(value):
		return "The property value must be valid JSON."
	case utf8.RuneCount(value) > 32_768:
		return "The property value can't exceed 32768 characters."
	}
	i.properties[key] = value
	return ""
}

func (j *jira) listProperties(c *call, i *jiraIssue) answer {
	keys := []object{}
	for _, key := range slices.Sorted(maps.Keys(i.properties)) {
		keys = append(keys, object{"self": i.self(c) + "/properties/" + key, "key": key})
	}
	return ok(object{"keys": keys})
}

func (j *jira) getProperty(c *call, i *jiraIssue) answer {
	key := c.params["property"]
	if v, has := i.properties[key]; has {
		return ok(object{"key": key, "value": v})
	}
	return jiraError(http.StatusNotFound, fmt.Sprintf("The property with key '%s' does not exist.", key))
}

func (j *jira) putProperty(c *call, i *jiraIssue) answer {
	key := c.params["property"]
	_, had := i.properties[key]
	if why := i.setProperty(key, c.body); why != "" {
		return jiraError(http.StatusBadRequest, why)
	}
	if had {
		return answer{status: http.StatusOK}
	}
	return answer{status: http.StatusCreated}
}
